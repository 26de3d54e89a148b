# Does check_architecture.cmake catch what it forbids? Plants one violation at a time in a copy of
# two modules.
#   cmake -DROOT=<tree> -DMODULES=<file> -DCOPY=<scratch folder> -P check_architecture_test.cmake

cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${COPY})
file(COPY ${ROOT}/runtime/base ${ROOT}/runtime/value DESTINATION ${COPY}/runtime)

function(run_checker result output)
  execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${COPY} -DMODULES=${MODULES}
                          -P ${ROOT}/tests/harness/check_architecture.cmake
                  RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  set(${result} ${status} PARENT_SCOPE)
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

# expect_violation(<file> <content> <regex the complaint must match>)
function(expect_violation file content complaint)
  file(WRITE ${COPY}/${file} "${content}")
  run_checker(status output)
  file(REMOVE ${COPY}/${file})
  if(status EQUAL 0 OR NOT output MATCHES "${complaint}")
    message(FATAL_ERROR "not caught: ${file}\n  wanted: ${complaint}\n  said: ${output}")
  endif()
endfunction()

run_checker(status output)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the copy itself does not pass:\n${output}")
endif()

expect_violation(runtime/base/planted.cpp "#include \"runtime/value/type.h\"\n"
                 "runtime/base may not see runtime/value")
expect_violation(runtime/base/planted.cpp "#include \"error.h\"\n" "not spelled from the root")
expect_violation(runtime/base/planted.cpp "#include <llvm/IR/IRBuilder.h>\n"
                 "includes LLVM, which only compiler/jit may see")
expect_violation(runtime/base/planted.cpp "#include <antlr4-runtime.h>\n"
                 "includes ANTLR, which only compiler/syntax may see")
expect_violation(runtime/base/planted.cpp "#define PLANTED 1\n" "defines a macro")
expect_violation(runtime/base/planted.h "#pragma once\n" "does not say on its first line")
expect_violation(runtime/planted/stray.cpp "\n" "belongs to no module")
expect_violation(runtime/base/planted.cpp "// TODO later\n" "TODO without a sentence")
expect_violation(planted/note.txt "\n" "planted is not one of the top-level names")
string(REPEAT "\n" 601 long)
expect_violation(runtime/base/planted.cpp "${long}" "has 601 lines")
file(REMOVE_RECURSE ${COPY})
