import HTTP
import LinuxSystem
import SystemPackage

/// Why a file on a web server cannot be downloaded, as a message for the user.
enum WebFileError: Error {
    case http(HTTPError)
    /// A status other than 200 OK.
    case status(String)
    /// A Content-Encoding that was not requested.
    case encoding(String)
    case endlessRedirects
    /// The target of a redirect that is not followed, without secrets, and why.
    case redirect(to: String, RemoteURLError)

    /// The message for the user, with the `names` of the settings.
    func words(_ names: SettingNames) -> String {
        switch self {
        case .http(let error): error.words(names)
        case .status(let status): "the server answered \(status)"
        case .encoding(let encoding):
            "the server used the content encoding \(encoding), which was not requested"
        case .endlessRedirects: "the server redirects too often"
        case .redirect(let place, let error): "the server redirects to \(place): \(error)"
        }
    }

    /// Advice to append to the description. Empty if there is none.
    var advice: String {
        guard NetworkInterfaces.leadOut else {
            return "; \(StallReport.noNetwork). \(StallReport.networkAdvice)"
        }
        return switch self {
        case .http(.unknownHost): ". Is the name right?"
        case .http(.notConnected(_, .connectionRefused)):
            ". Is the port right, and does the server run?"
        // OpenSSL's message for a server that speaks plain HTTP.
        case .http(.other(let reason)) where reason.contains("wrong version number"):
            ". The server does not speak TLS there: is it http:// instead of https://?"
        case .status(let status) where status.hasPrefix("401"):
            ". Does it need a user and a password?"
        case .status(let status) where status.hasPrefix("404"): ". Is the path right?"
        default: ""
        }
    }
}
