# Writes research/report/page_generated.h when CMake configures: the files of page/ as strings, so
# that a program that makes a report's page needs no file. An edit of one configures again.
set(page_folder ${CMAKE_CURRENT_LIST_DIR}/page)
file(READ ${page_folder}/page.html PAGE_HTML)
file(READ ${page_folder}/page.css PAGE_STYLE)
set(PAGE_SCRIPTS "")
foreach(part format dom plot charts trades tables page)  # what is used stands before its use
    file(READ ${page_folder}/${part}.js text)
    string(APPEND PAGE_SCRIPTS "    R\"page(${text})page\",\n")
    list(APPEND page_files ${page_folder}/${part}.js)
endforeach()
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${page_files} ${page_folder}/page.html ${page_folder}/page.css)
configure_file(${CMAKE_CURRENT_LIST_DIR}/page_generated.h.in
    ${CMAKE_BINARY_DIR}/generated/research/report/page_generated.h @ONLY)
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/html.cpp PROPERTIES
    INCLUDE_DIRECTORIES ${CMAKE_BINARY_DIR}/generated)
