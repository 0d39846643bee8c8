#include "journal/store/packing.h"

#include "base/crc32c.h"
#include "journal/store/closed_segment.h"
#include "journal/store/draft.h"

#include <zdict.h>
#include <zstd.h>

#include <algorithm>
#include <vector>

namespace tapedeck::journal {

namespace {

/// A block may be larger by one frame: a single submission may have up to 1 MiB.
constexpr std::size_t kBlockBytes = std::size_t{1024} * 1024;
constexpr std::size_t kBlockMax = 3 * kBlockBytes;
constexpr int kLevel = 3;
constexpr std::size_t kDictionaryBytes = std::size_t{64} * 1024;
/// What a dictionary is trained on: the beginnings of so many frames, from all over the segment.
constexpr std::uint64_t kSamples = 2000;
constexpr std::size_t kSampleBytes = std::size_t{4} * 1024;

struct FreeCompressor {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

struct FreeCompressorDictionary {
    void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
};

auto interrupted() {
    return fail("stopped", ExitCode::Interrupted);
}

/// "" when there is too little to learn from.
Result<std::string> train(ClosedSegment& segment, const Stopping& stopping) {
    const std::uint64_t stride = std::max<std::uint64_t>(segment.manifest().frames / kSamples, 1);
    std::string samples;
    std::vector<std::size_t> sizes;
    std::uint64_t count = 0;
    const bool read = TRY(segment.read(1, ~std::uint64_t{0}, [&](const StoredFrame& frame) {
        if (count++ % stride != 0) return true;
        const std::string bytes = tape::encode_frame(frame.header, frame.records);
        sizes.push_back(std::min(bytes.size(), kSampleBytes));
        samples.append(bytes, 0, sizes.back());
        return !stopping();
    }));
    if (!read) return interrupted();
    std::string dictionary(kDictionaryBytes, '\0');
    const std::size_t size = ZDICT_trainFromBuffer(
        dictionary.data(),
        dictionary.size(),
        samples.data(),
        sizes.data(),
        static_cast<unsigned>(sizes.size()));
    dictionary.resize(ZDICT_isError(size) != 0 ? 0 : size);
    return dictionary;
}

/// Gathers frames into blocks and writes them.
class BlockWriter {
public:
    static Result<BlockWriter> prepare(sqlite::Database& database, const std::string& dictionary) {
        auto insert = TRY(database.prepare("INSERT INTO dictionary(data) VALUES(?)"));
        insert.bind_blob(1, dictionary);
        if (insert.step() != SQLITE_DONE) return fail(database.error());
        BlockWriter writer;
        writer.database_ = &database;
        writer.context_.reset(ZSTD_createCCtx());
        writer.dictionary_.reset(ZSTD_createCDict(dictionary.data(), dictionary.size(), kLevel));
        writer.insert_ =
            TRY(database.prepare("INSERT INTO block(first_seq, last_seq, raw_length, crc32c, data) "
                                 "VALUES(?, ?, ?, ?, ?)"));
        return writer;
    }

    Result<> add(const StoredFrame& frame) {
        const std::string bytes = tape::encode_frame(frame.header, frame.records);
        if (!block_.empty() && block_.size() + bytes.size() > kBlockBytes) TRY(flush());
        if (block_.empty()) first_seq_ = frame.header.first_seq;
        last_seq_ = frame.header.last_seq();
        block_ += bytes;
        return {};
    }

    Result<> flush() {
        if (block_.empty()) return {};
        std::string packed(ZSTD_compressBound(block_.size()), '\0');
        const std::size_t size = ZSTD_compress_usingCDict(
            context_.get(),
            packed.data(),
            packed.size(),
            block_.data(),
            block_.size(),
            dictionary_.get());
        if (ZSTD_isError(size) != 0) return fail(ZSTD_getErrorName(size));
        packed.resize(size);
        insert_.bind(1, as_signed(first_seq_))
            .bind(2, as_signed(last_seq_))
            .bind(3, as_signed(block_.size()))
            .bind(4, crc32c(packed))
            .bind_blob(5, packed);
        const int code = insert_.step();
        insert_.reset();
        if (code != SQLITE_DONE) return fail(database_->error());
        block_.clear();
        return {};
    }

private:
    sqlite::Database* database_ = nullptr;
    std::unique_ptr<ZSTD_CCtx, FreeCompressor> context_;
    std::unique_ptr<ZSTD_CDict, FreeCompressorDictionary> dictionary_;
    sqlite::Statement insert_;
    std::string block_;
    std::uint64_t first_seq_ = 0;
    std::uint64_t last_seq_ = 0;
};

Result<> write_blocks(
    ClosedSegment& source,
    sqlite::Database& database,
    const std::string& dictionary,
    const Stopping& stopping) {
    BlockWriter writer = TRY(BlockWriter::prepare(database, dictionary));
    Result<> written;
    const bool whole = TRY(source.read(1, ~std::uint64_t{0}, [&](const StoredFrame& frame) {
        written = writer.add(frame);
        return written.has_value() && !stopping();
    }));
    TRY(written);
    if (!whole) return interrupted();
    return writer.flush();
}

/// Whether `packed` gives the frames of `sealed` back, bit for bit.
Result<> compare(ClosedSegment& sealed, ClosedSegment& packed, const Stopping& stopping) {
    std::uint64_t next = sealed.manifest().first_seq();
    bool stopped = false;
    const auto same = sealed.read(1, ~std::uint64_t{0}, [&](const StoredFrame& frame) {
        stopped = stopping();
        if (stopped) return false;
        bool equal = false;
        const auto found = packed.read(next, next, [&](const StoredFrame& other) {
            equal = tape::encode_frame(frame.header, frame.records) ==
                    tape::encode_frame(other.header, other.records);
            return false;
        });
        next = frame.header.last_seq() + 1;
        return found.has_value() && equal;
    });
    if (stopped) return interrupted();
    if (!TRY(same)) {
        return fail(
            packed.path() + ": does not give back the frame before seq " + std::to_string(next),
            ExitCode::Integrity);
    }
    return {};
}

}  // namespace

void BlockTable::FreeContext::operator()(ZSTD_DCtx_s* context) const {
    ZSTD_freeDCtx(context);
}

void BlockTable::FreeDictionary::operator()(ZSTD_DDict_s* dictionary) const {
    ZSTD_freeDDict(dictionary);
}

Result<BlockTable> BlockTable::prepare(sqlite::Database& database, const std::string& path) {
    BlockTable table;
    table.path_ = path;
    table.database_ = database.get();
    auto dictionary = TRY(database.prepare("SELECT data FROM dictionary"));
    if (dictionary.step() != SQLITE_ROW) {
        return fail(path + ": has no dictionary; restore a backup", ExitCode::Integrity);
    }
    const std::string_view bytes = dictionary.bytes(0);
    table.dictionary_.reset(ZSTD_createDDict(bytes.data(), bytes.size()));
    table.context_.reset(ZSTD_createDCtx());
    table.select_ = TRY(database.prepare(
        "SELECT first_seq, raw_length, crc32c, data FROM block WHERE last_seq >= ?1 AND "
        "first_seq <= ?2 AND first_seq >= coalesce((SELECT max(first_seq) FROM block WHERE "
        "first_seq <= ?1), 0) ORDER BY first_seq"));
    return table;
}

Result<> BlockTable::unpack(std::uint64_t first_seq) {
    if (block_seq_ == first_seq) return {};
    const auto damaged = [&](const std::string& why) {
        return fail(
            path_ + ": the block at seq " + std::to_string(first_seq) + " is damaged: " + why +
                "; restore a backup",
            ExitCode::Integrity);
    };
    block_seq_ = 0;
    const std::string_view packed = select_.bytes(3);
    if (crc32c(packed) != static_cast<std::uint32_t>(select_.integer(2))) {
        return damaged("its CRC32C does not match");
    }
    const std::uint64_t size = as_unsigned(select_.integer(1));
    if (size > kBlockMax) return damaged("it is too large");
    block_.resize(size);
    const std::size_t got = ZSTD_decompress_usingDDict(
        context_.get(),
        block_.data(),
        block_.size(),
        packed.data(),
        packed.size(),
        dictionary_.get());
    if (ZSTD_isError(got) != 0 || got != size) return damaged("it does not unpack");
    block_seq_ = first_seq;
    return {};
}

Result<bool> BlockTable::read(std::uint64_t from, std::uint64_t to, const FrameVisitor& visit) {
    constexpr std::uint64_t kLast = std::uint64_t{1} << 62U;
    select_.reset();
    select_.bind(1, as_signed(std::min(from, kLast))).bind(2, as_signed(std::min(to, kLast)));
    int code = 0;
    Result<bool> result = true;
    StoredFrame frame;
    while (result && *result && (code = select_.step()) == SQLITE_ROW) {
        if (auto done = unpack(as_unsigned(select_.integer(0))); !done) {
            result = tl::make_unexpected(done.error());
            break;
        }
        std::string_view rest = block_;
        while (!rest.empty()) {
            const auto header = tape::decode_frame_at(rest);
            if (!header) {
                result = fail(path_ + ": " + header.error().message, ExitCode::Integrity);
                break;
            }
            const std::size_t size = tape::FrameHeader::kSize + header->raw_length;
            if (header->last_seq() >= from && header->first_seq <= to) {
                frame.header = *header;
                frame.records.assign(rest.substr(tape::FrameHeader::kSize, header->raw_length));
                result = visit(frame);
                if (!*result) break;
            }
            rest.remove_prefix(size);
        }
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        result = fail(path_ + ": " + sqlite3_errmsg(database_), ExitCode::Integrity);
    }
    select_.reset();
    return result;
}

Result<Packed> pack(
    const std::string& directory, const SegmentName& sealed, const Stopping& stopping) {
    ClosedSegment source = TRY(ClosedSegment::open(directory, sealed));
    const std::string dictionary = TRY(train(source, stopping));
    const SegmentName name{SegmentKind::Packed, sealed.first_seq, sealed.last_seq};
    Draft draft = TRY(Draft::begin(path_in(directory, name), segment::kPackedSchema));
    TRY(draft.copy_facts(source.database()));
    TRY(write_blocks(source, draft.database(), dictionary, stopping));
    TRY(draft.close());
    {
        ClosedSegment packed = TRY(ClosedSegment::open_file(draft.path()));
        TRY(compare(source, packed, stopping));
    }
    TRY(draft.publish());
    return Packed{name, size_of(source.path()), size_of(path_in(directory, name))};
}

}  // namespace tapedeck::journal
