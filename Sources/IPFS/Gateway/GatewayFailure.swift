import BitTorrent
import HTTP
import LinuxSystem
import Origins

/// Why a gateway did not send a block.
enum GatewayFailure: Error, Equatable, Sendable {
    case http(HTTPError)
    /// A status other than success. `retryAfter` is what the gateway asks for.
    case status(Int, String, retryAfter: Duration?)
    /// Nothing arrived for this long.
    case silent(Duration)
    /// A web page in the place of a block.
    case page
    /// A Content-Encoding that was not requested.
    case encoding(String)
    /// The archive ends in the middle of a block.
    case cut
    /// More bytes than a block or an archive may have.
    case tooLarge
    /// The bytes do not match the CID.
    case wrong(CID)
    /// The target of a redirect that is not followed, without secrets, and why.
    case redirect(to: String, RemoteURLError)
    case endlessRedirects
    /// We ended the transfer ourselves.
    case cancelled

    /// What to do after the failure.
    enum Remedy: Equatable {
        /// Try again after a pause: the given one, or a growing one.
        case rest(Duration?)
        /// The gateway lacks this block, and may have others.
        case lacks
        /// Never ask this gateway again.
        case drop
        /// Not the gateway is the cause.
        case none
    }

    var remedy: Remedy {
        switch self {
        case .status(let status, _, let delay):
            switch status {
            case 404, 410, 451: .lacks
            case 408, 425, 429, 500, 502, 503, 504: .rest(delay)
            default: .drop
            }
        case .silent: .rest(nil)
        case .http(.noResource): .none
        case .http(let error): error.mayPass ? .rest(nil) : .drop
        case .page, .encoding, .cut, .tooLarge, .wrong, .redirect, .endlessRedirects: .drop
        case .cancelled: .none
        }
    }

    /// The reason, to follow the gateway and a colon, with the names of the settings.
    func words(_ names: SettingNames) -> String {
        switch self {
        case .http(let error): error.words(names)
        case .status(let status, let reason, _):
            "it answered \("\(status) \(reason)".trimmed.onOneLine)\(Self.advice(on: status, names))"
        case .silent(let time): "it sent nothing for \(time.components.seconds) s"
        case .page: "it sent a web page instead of a block. Is it a trustless gateway?"
        case .encoding(let encoding):
            "it used the content encoding \(encoding.excerpt(40)), which was not requested"
        case .cut: "its archive is truncated"
        case .tooLarge: "it sent more than a block can have"
        case .wrong(let cid): "it sent other data than that of \(cid)"
        case .redirect(let place, let error): "it redirects to \(place): \(error)"
        case .endlessRedirects: "it redirects too often"
        case .cancelled: "the transfer was ended"
        }
    }

    private static func advice(on status: Int, _ names: SettingNames) -> String {
        switch status {
        case 401, 403: ". Does it need a token? \(names[.headerFile]) can name a file with it"
        case 404, 410: ": it does not have the block"
        case 429: ". It limits how often it may be asked"
        case 504: ": it did not find the block in time"
        default: ""
        }
    }
}
