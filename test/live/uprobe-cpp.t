C++ names: all overloads without parameters, one with them, patterns, methods with typed args
--- sh
waggle -q -c "$BUILD/test/cxx" -e '
uprobe:'"$BUILD"'/test/cxx:cpp:"waggle::over" { @[func] = count(); }
uprobe:'"$BUILD"'/test/cxx:cpp:"waggle::over(int)" { @one = count(); }
uprobe:'"$BUILD"'/test/cxx:cpp:"waggle::Adder::add" { printf("%d %d\n", args.this->base, args.x); }
uprobe:'"$BUILD"'/test/cxx:cpp:"waggle::*" { @wild = count(); }'
--- live needs=cmd:g++
--- out
3 4


@[waggle::over(int)]: 1
@[waggle::over(int, long)]: 1
@one: 1
@wild: 3
