names of files through struct path and struct file
--- script
#include <linux/fs.h>
#include <linux/path.h>
kprobe:vfs_open /pid == $CHILD/ { printf("open %s\n", str(((struct path *)arg0)->dentry->d_name.name)); }
kprobe:vfs_write /pid == $CHILD/ { printf("write %s %d %s\n", str(((struct file *)arg0)->f_path.dentry->d_name.name), arg2, str(arg1)); }
--- live needs=kprobe run=work write 1 text
--- matrix
--- out-match
…
open null
write null 4 text


