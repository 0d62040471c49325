#include "CLibtorrent/http_answer.hpp"

#include <optional>
#include <stdexcept>
#include <string>

#include <boost/asio/buffer.hpp>

#include "fuzzed_engine.h"
#include "promise.hpp"

namespace {

constexpr std::size_t longest_body = 64;

/// What a connection does that brings `input` and is closed then. None where it is no whole answer.
std::optional<pierdat::Answer> answer_in(std::string const &input) {
    pierdat::AnswerParser parser;
    pierdat::limit(parser, longest_body);
    parser.eager(true);
    boost::beast::error_code error;
    std::size_t taken = 0;
    while (!parser.is_done() && taken < input.size() && !error)
        taken += parser.put(boost::asio::buffer(input.data() + taken, input.size() - taken), error);
    if (error && error != boost::beast::http::error::need_more) {
        fuzz::require(!pierdat::in_words(error).empty(), "an error has no words");
        return std::nullopt;
    }
    if (!parser.got_some()) return std::nullopt;
    error.clear();
    if (!parser.is_done()) parser.put_eof(error);
    if (error || !parser.is_done()) return std::nullopt;
    return parser.release();
}

}  // namespace

char *fuzz_http_answer(std::uint8_t const *input, std::size_t length) {
    return fuzz::broken_promise([&] {
        auto const answer = answer_in(std::string(reinterpret_cast<char const *>(input), length));
        if (!answer) return;
        try {
            if (auto const location = pierdat::location_of(*answer)) {
                fuzz::require(location->find_first_of("\r\n") == std::string::npos, "a Location has two lines");
                return;
            }
            fuzz::require(pierdat::body_of(*answer).size() <= longest_body, "the body is too long");
        } catch (std::runtime_error const &refused) {
            if (dynamic_cast<fuzz::BrokenPromise const *>(&refused) != nullptr) throw;
            std::string const words = refused.what();
            fuzz::require(words.find_first_of("\r\n\x1b") == std::string::npos, "it says: " + words);
        }
    });
}
