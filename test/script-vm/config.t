the config block: sizes of strings, maps at exit
--- script
config = { print_maps_on_exit = true; max_strlen = 8; str_trunc_trailer = "~" }
begin { @x = 1; print("ok"); }
--- vm
--- out
ok


@x: 1
