an offset behind the function's end is refused, with the reason
--- sh
waggle -e 'uprobe:work:work_probe+4096 { }' 2>&1 | sed "s|$BUILD|BUILD|; s/[0-9]* bytes/N bytes/" || true
--- live
--- out
ERROR: Unable to attach probe: uprobe:BUILD/test/work:work_probe+4096. The offset is outside of the function: work_probe has N bytes.
