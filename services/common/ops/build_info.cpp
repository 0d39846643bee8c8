#include "ops/build_info.h"

#include "ops/build_info_generated.h"

#include <elf.h>
#include <link.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace tapedeck::ops {

namespace {

std::string to_hex(const unsigned char* bytes, std::size_t size) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += kDigits[bytes[i] >> 4U];
        text += kDigits[bytes[i] & 15U];
    }
    return text;
}

std::size_t padded(std::size_t size) {
    return (size + 3U) & ~std::size_t{3};
}

/// The build id among the notes of one segment; "" if it is not there. Layout: elf(5), Elf64_Nhdr.
std::string build_id_in(const unsigned char* notes, std::size_t size) {
    while (size >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) head{};
        std::memcpy(&head, notes, sizeof(head));
        const std::size_t name = sizeof(head);
        const std::size_t content = name + padded(head.n_namesz);
        const std::size_t next = content + padded(head.n_descsz);
        if (next > size) return {};
        const bool is_ours = head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 &&
                             std::memcmp(notes + name, "GNU", 4) == 0;
        if (is_ours) return to_hex(notes + content, head.n_descsz);
        notes += next;
        size -= next;
    }
    return {};
}

/// Called for the program itself first, and stops there.
int read_program(dl_phdr_info* program, std::size_t /*size*/, void* result) {
    for (ElfW(Half) i = 0; i < program->dlpi_phnum; ++i) {
        const auto& segment = program->dlpi_phdr[i];
        if (segment.p_type != PT_NOTE) continue;
        const auto address = program->dlpi_addr + segment.p_vaddr;
        auto& id = *static_cast<std::string*>(result);
        // NOLINTNEXTLINE(performance-no-int-to-ptr): an address is all that the loader gives.
        id = build_id_in(reinterpret_cast<const unsigned char*>(address), segment.p_memsz);
        if (!id.empty()) break;
    }
    return 1;
}

}  // namespace

BuildInfo build_info() {
    BuildInfo build{kBuildVersion, kBuildGit, kBuildCompiler, {}};
    dl_iterate_phdr(&read_program, &build.id);
    return build;
}

std::string describe(const BuildInfo& build) {
    return std::string(build.version) + " (git " + std::string(build.git) + ", " +
           std::string(build.compiler) + ")";
}

std::string identity(const BuildInfo& build) {
    std::string text = std::string(build.version) + "+" + std::string(build.git);
    if (!build.id.empty()) text += "." + build.id.substr(0, 16);
    return text;
}

}  // namespace tapedeck::ops
