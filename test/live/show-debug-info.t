show_debug_info: frames have their source lines, and inlined calls are frames of their own
--- script
config = { show_debug_info = 1 }
usdt:$BUILD/test/markers:inlined /pid == $CHILD/ { print(ustack(1)); }
--- live run=markers 1
--- out-match

        inlined@…/markers.c:<n> [inlined]
        mark+<n>@…/markers.c:<n>

…
        inlined@…/markers.c:<n> [inlined]
        mark+<n>@…/markers.c:<n>
…
