#include "venues/recorded/input.h"

#include "base/crc32c.h"
#include "base/verify.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace tapedeck::recorded {

namespace {

constexpr std::size_t kCompressedBuffer = std::size_t{256} << 10;
constexpr std::size_t kChecksumBuffer = std::size_t{1} << 20;
constexpr int kGzipWrapper = 16;  // zlib's flag for "a gzip header and trailer, nothing else"

/// An open file and how much of it was read.
class File {
public:
    static Result<File> open(const std::string& path) {
        File file(path);
        file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file.descriptor_ < 0 && errno == ENOENT) {
            return fail(path + ": no such file; check market-data.files", ExitCode::NotFound);
        }
        if (file.descriptor_ < 0) return file.failed("cannot be opened");

        struct stat status {};

        if (::fstat(file.descriptor_, &status) != 0) return file.failed("cannot be examined");
        if (S_ISDIR(status.st_mode)) {
            return fail(path + ": is a directory; name the files in it in market-data.files");
        }
        if (!S_ISREG(status.st_mode)) return fail(path + ": is no regular file; name a CSV file");
        return file;
    }

    File(File&& other) noexcept
        : path_(std::move(other.path_)),
          descriptor_(std::exchange(other.descriptor_, -1)),
          consumed_(other.consumed_) {}

    File(const File&) = delete;
    File& operator=(const File&) = delete;
    File& operator=(File&&) = delete;

    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    Result<std::size_t> read(char* out, std::size_t capacity) {
        while (true) {
            const ssize_t size = ::read(descriptor_, out, capacity);
            if (size < 0 && errno == EINTR) continue;
            if (size < 0) return failed("cannot be read");
            consumed_ += static_cast<std::size_t>(size);
            return static_cast<std::size_t>(size);
        }
    }

    Result<> rewind() {
        if (::lseek(descriptor_, 0, SEEK_SET) != 0) return failed("cannot be read again");
        consumed_ = 0;
        return {};
    }

    const std::string& path() const { return path_; }

    std::uint64_t consumed() const { return consumed_; }

private:
    explicit File(std::string path) : path_(std::move(path)) {}

    tl::unexpected<Error> failed(const char* what) const {
        return fail(
            path_ + ": " + what + ": " + std::strerror(errno) + "; check the file and its rights");
    }

    std::string path_;
    int descriptor_ = -1;
    std::uint64_t consumed_ = 0;
};

class PlainInput final : public Input {
public:
    explicit PlainInput(File file) : file_(std::move(file)) {}

    Result<std::size_t> read(char* out, std::size_t capacity) override {
        return file_.read(out, capacity);
    }

    std::uint64_t consumed() const override { return file_.consumed(); }

private:
    File file_;
};

/// What the two decompressors share: a buffer of compressed bytes, and their complaints.
class CompressedInput : public Input {
public:
    explicit CompressedInput(File file) : file_(std::move(file)), buffer_(kCompressedBuffer) {}

    std::uint64_t consumed() const override { return file_.consumed() - (size_ - used_); }

protected:
    /// Makes sure that there are compressed bytes; false at the end of the file.
    Result<bool> fill() {
        if (used_ < size_) return true;
        used_ = 0;
        size_ = TRY(file_.read(buffer_.data(), buffer_.size()));
        return size_ > 0;
    }

    char* data() { return buffer_.data() + used_; }

    std::size_t left() const { return size_ - used_; }

    void use(std::size_t size) { used_ += size; }

    tl::unexpected<Error> truncated(const char* what) const {
        return fail(
            file_.path() + ": the " + what +
                " data ends in the middle; the file is cut off, fetch it again",
            ExitCode::Integrity);
    }

    tl::unexpected<Error> corrupt(const char* what, const char* detail) const {
        return fail(
            file_.path() + ": the " + what + " data is damaged near byte " +
                std::to_string(consumed()) + " (" + detail + "); fetch the file again",
            ExitCode::Integrity);
    }

private:
    File file_;
    std::vector<char> buffer_;
    std::size_t used_ = 0;
    std::size_t size_ = 0;
};

/// RFC 1952; several members one after the other are one content.
class GzipInput final : public CompressedInput {
public:
    explicit GzipInput(File file) : CompressedInput(std::move(file)) {
        VERIFY(inflateInit2(&stream_, MAX_WBITS + kGzipWrapper) == Z_OK);
    }

    ~GzipInput() override { inflateEnd(&stream_); }

    GzipInput(const GzipInput&) = delete;
    GzipInput& operator=(const GzipInput&) = delete;

    Result<std::size_t> read(char* out, std::size_t capacity) override {
        stream_.next_out = reinterpret_cast<Bytef*>(out);
        stream_.avail_out = static_cast<uInt>(capacity);
        while (stream_.avail_out == capacity) {
            if (!TRY(fill())) {
                if (in_member_) return truncated("gzip");
                return std::size_t{0};
            }
            in_member_ = true;
            TRY(inflate_some());
        }
        return capacity - stream_.avail_out;
    }

private:
    Result<> inflate_some() {
        stream_.next_in = reinterpret_cast<Bytef*>(data());
        stream_.avail_in = static_cast<uInt>(left());
        const int code = inflate(&stream_, Z_NO_FLUSH);
        use(left() - stream_.avail_in);
        if (code == Z_STREAM_END) {
            in_member_ = false;
            VERIFY(inflateReset(&stream_) == Z_OK);
            return {};
        }
        if (code == Z_OK) return {};
        return corrupt("gzip", stream_.msg != nullptr ? stream_.msg : "unexpected end of a block");
    }

    z_stream stream_{};
    bool in_member_ = false;
};

/// RFC 8878; several frames one after the other are one content.
class ZstdInput final : public CompressedInput {
public:
    explicit ZstdInput(File file)
        : CompressedInput(std::move(file)), stream_(ZSTD_createDStream()) {
        VERIFY(stream_ != nullptr);
    }

    Result<std::size_t> read(char* out, std::size_t capacity) override {
        ZSTD_outBuffer output{out, capacity, 0};
        while (output.pos == 0) {
            // After the last compressed byte the decoder may still hold finished ones.
            if (!TRY(fill()) && !has_more_) {
                if (in_frame_) return truncated("Zstandard");
                return std::size_t{0};
            }
            ZSTD_inBuffer input{data(), left(), 0};
            const std::size_t code = ZSTD_decompressStream(stream_.get(), &output, &input);
            use(input.pos);
            if (ZSTD_isError(code) != 0U) return corrupt("Zstandard", ZSTD_getErrorName(code));
            in_frame_ = code != 0;
            has_more_ = in_frame_ && output.pos == output.size;
        }
        return output.pos;
    }

private:
    struct Free {
        void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
    };

    std::unique_ptr<ZSTD_DStream, Free> stream_;
    bool in_frame_ = false;
    bool has_more_ = false;
};

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr std::string_view kZipMagic = "PK\x03\x04";
constexpr std::string_view kUtf16Magic = "\xff\xfe";

}  // namespace

Result<std::unique_ptr<Input>> Input::open(const std::string& path) {
    File file = TRY(File::open(path));
    std::array<char, 4> first{};
    const std::size_t size = TRY(file.read(first.data(), first.size()));
    TRY(file.rewind());
    const std::string_view magic(first.data(), size);
    if (size == 0) return fail(path + ": the file is empty; remove it from market-data.files");
    if (magic == kZipMagic) {
        return fail(path + ": is a zip archive; unpack it and name the files in it");
    }
    if (magic.substr(0, 2) == kUtf16Magic) {
        return fail(path + ": is UTF-16 text; save it as UTF-8");
    }
    std::unique_ptr<Input> input;
    if (magic.substr(0, 2) == kGzipMagic) {
        input = std::make_unique<GzipInput>(std::move(file));
    } else if (magic == kZstdMagic) {
        input = std::make_unique<ZstdInput>(std::move(file));
    } else {
        input = std::make_unique<PlainInput>(std::move(file));
    }
    return input;
}

Result<Fingerprint> fingerprint(const std::string& path) {
    File file = TRY(File::open(path));
    std::vector<char> buffer(kChecksumBuffer);
    Fingerprint result;
    while (const std::size_t size = TRY(file.read(buffer.data(), buffer.size()))) {
        result.crc32c = crc32c({buffer.data(), size}, result.crc32c);
        result.size += size;
    }
    return result;
}

}  // namespace tapedeck::recorded
