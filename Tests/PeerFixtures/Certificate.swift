import SystemPackage

/// A web server's certificate and the test's own certificate authority, created by openssl.
public struct Certificate: Sendable {
    public let certificate: FilePath
    public let key: FilePath
    /// The authority's certificate, for `SSL_CERT_FILE`.
    public let authority: FilePath

    /// Creates a certificate in `folder` that is valid only for `name`, in the form of openssl.
    public static func make(
        in folder: FilePath, for name: String = "IP:127.0.0.1"
    ) async throws -> Certificate {
        let made = Certificate(
            certificate: folder.appending("server.crt"), key: folder.appending("server.key"),
            authority: folder.appending("authority.crt"))
        let script = """
            cd "$1"
            sign() {
                name=$1; shift
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
                    -subj "/CN=$name" -keyout "$name.key" -out "$name.crt" "$@"
            }
            sign authority -addext keyUsage=keyCertSign -addext subjectKeyIdentifier=hash
            sign server -CA authority.crt -CAkey authority.key -addext subjectAltName="$2" \
                -addext basicConstraints=critical,CA:FALSE
            """
        _ = try Command(installed: "openssl", package: "openssl", [])
        let ended = try await Command("/bin/sh", ["-ec", script, "sh", folder.string, name]).run()
        guard ended.status.isSuccess else { throw FixtureError("no certificate: \(ended)") }
        return made
    }
}
