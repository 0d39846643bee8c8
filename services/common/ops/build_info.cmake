# Writes ops/build_info_generated.h when CMake configures; a commit or checkout makes it configure
# again. The file is rewritten only when its text changes, and one source file includes it.
# Where the sources are without their history, as in the image's build, TAPEDECK_GIT says which.
set(TAPEDECK_GIT "unknown")
find_package(Git QUIET)
if(NOT "$ENV{TAPEDECK_GIT}" STREQUAL "")
    set(TAPEDECK_GIT $ENV{TAPEDECK_GIT})
elseif(Git_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} -C ${CMAKE_SOURCE_DIR} rev-parse --short=12 HEAD
        OUTPUT_VARIABLE git_hash OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
        RESULT_VARIABLE git_result)
    if(git_result EQUAL 0)
        set(TAPEDECK_GIT ${git_hash})
        execute_process(COMMAND ${GIT_EXECUTABLE} -C ${CMAKE_SOURCE_DIR} rev-parse
            --path-format=absolute --git-path logs/HEAD
            OUTPUT_VARIABLE git_log OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
        if(git_log AND EXISTS ${git_log})
            set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY
                CMAKE_CONFIGURE_DEPENDS ${git_log})
        endif()
    endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(TAPEDECK_COMPILER "g++ ${CMAKE_CXX_COMPILER_VERSION}")
else()
    set(TAPEDECK_COMPILER "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/build_info_generated.h.in
    ${CMAKE_BINARY_DIR}/generated/ops/build_info_generated.h @ONLY)
