import BitTorrent
import HTTP
import LinuxSystem
import SystemPackage

/// Why a request for data failed.
enum FetchFailure: Error, Equatable, Sendable {
    case http(HTTPError)
    /// A status other than success. `retryAfter` is what the server asks for.
    case status(Int, String, retryAfter: Duration?)
    /// Nothing arrived for this long.
    case silent(Duration)
    /// A Content-Encoding that was not requested.
    case encoding(String)
    /// The response contradicts the request.
    case malformed(String)
    /// The target of a redirect that is not followed, without secrets, and why.
    case redirect(to: String, RemoteURLError)
    case endlessRedirects
    /// The file on the server is not the one that it was.
    case changed
    /// The file has another size than on the other servers.
    case otherSize(Int64, expected: Int64)
    /// The server can send the file only from its beginning.
    case noRanges
    /// The data cannot be written.
    case storage(Errno)
    /// We ended the transfer ourselves.
    case cancelled

    /// What to do after the failure.
    enum Remedy: Equatable {
        /// Try again after a pause: the given one, or a growing one.
        case retry(after: Duration?)
        /// Never ask this server again.
        case drop
        /// Neither the server nor the network is the cause.
        case notTheServer
    }

    var remedy: Remedy {
        switch self {
        case .status(let status, _, let delay):
            return [408, 425, 429, 500, 502, 503, 504].contains(status)
                ? .retry(after: delay) : .drop
        case .silent: return .retry(after: nil)
        case .http(let error): return error.mayPass ? .retry(after: nil) : .drop
        case .encoding, .malformed, .redirect, .endlessRedirects, .otherSize: return .drop
        case .changed, .noRanges, .storage, .cancelled: return .notTheServer
        }
    }

    /// True for an answer that a signed URL gives when its time is over.
    var mayBeExpired: Bool {
        if case .status(let status, _, _) = self {
            [400, 401, 403, 404, 410].contains(status)
        } else {
            false
        }
    }

    /// The reason, to follow the URL and a colon, with the names of the settings. `advice` is what to do if the
    /// server refuses access, nil for the usual one.
    func words(_ names: SettingNames, advice: String? = nil) -> String {
        switch self {
        case .http(let error): error.words(names)
        case .status(let status, let reason, _):
            "the server answered \("\(status) \(reason)".trimmed.onOneLine)\(Self.advice(on: status, names, advice))"
        case .silent(let time): "the server sent nothing for \(time.components.seconds) s"
        case .encoding(let encoding):
            "the server used the content encoding \(encoding.excerpt(40)), which was not requested"
        case .malformed(let what): "the server's answer cannot be used: \(what)"
        case .redirect(let place, let error): "the server redirects to \(place): \(error)"
        case .endlessRedirects: "the server redirects too often"
        case .changed: "the file on the server has changed"
        case .otherSize(let size, let expected):
            "the file there has \(size) bytes instead of \(expected)"
        case .noRanges: "the server can send the file only from its beginning"
        case .storage(let error): "the data cannot be written: \(error)"
        case .cancelled: "the transfer was ended"
        }
    }

    private static func advice(
        on status: Int, _ names: SettingNames, _ own: String?
    ) -> String {
        switch status {
        case 401, 403:
            own.map { ". \($0)" }
                ?? ". Does it need a user and a password, or a token? \(names[.headerFile]) can name a file with it"
        case 404, 410: ". Is the path right?"
        case 429: ". It limits how often it may be asked"
        default: ""
        }
    }
}

extension HTTPError {
    /// True if another attempt may succeed.
    package var mayPass: Bool {
        switch self {
        case .unknownHost, .unresolvedInTime, .timedOut, .notConnected, .noAnswer, .cut, .other,
            .malformed, .proxy:
            true
        case .refused, .interface, .interfaceOfOtherFamily, .untrusted, .headTooLarge,
            .bodyTooLarge, .noResource:
            false
        }
    }
}
