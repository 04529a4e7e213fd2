configuration variables: each is accepted; those that are gone say so
--- script
config = {
	cache_user_symbols = PER_PROGRAM; cpp_demangle = false; lazy_symbolication = true; log_size = 2000000;
	max_cat_bytes = 4; max_map_keys = 2; on_stack_limit = 64; print_maps_on_exit = true;
	show_debug_info = false; str_trunc_trailer = "~"; use_blazesym = true;
	unstable_import_statement = warn; unstable_dw_ustack = enable;
}
begin { cat("/proc/sys/kernel/ostype"); @[1] = 1; @[2] = 2; @[3] = 3; exit(); }
--- live
--- out-match
Linu
…
@[1]: 1
@[2]: 2
--- err-match
Attached 1 probe
…WARNING: Map full; can't update element. Try increasing max_map_keys config…
…
--- script
config = {
	symbol_source = 1; max_type_res_iterations = 1; unstable_addr = 1; unstable_import = 1; unstable_macro = 1;
	unstable_map_decl = 1
}
begin { nosuch(); }
--- status 1
--- err-match
…
…symbol_source is deprecated and has no effect
…
…unstable_map_decl is deprecated and has no effect
…
