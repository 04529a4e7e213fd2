fentry and fexit: arguments by their names and types, the return value
--- script
fentry:vfs_write /pid == $CHILD/ { printf("%d %s\n", args.count, str(args.file->f_path.dentry->d_name.name)); }
fexit:vfs_write /pid == $CHILD/ { @ret = sum(retval); @bytes = sum(args.count); }
--- live needs=fentry run=work write 2 abcd
--- matrix
--- out
4 null
4 null


@bytes: 8
@ret: 8
