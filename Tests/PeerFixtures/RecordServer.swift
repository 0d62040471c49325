import Foundation
import LinuxSystem
import SystemPackage

/// A server with the APIs of Zenodo, Dataverse and the Internet Archive for one record (see records.py), and a server of
/// files on another port.
public struct RecordServer: Sendable {
    /// Whose API is used.
    public enum Kind: String, CaseIterable, Sendable {
        case zenodo, dataverse, archive
    }

    private let script: OriginScript

    public var port: UInt16 { script.port }

    /// The URI of the record.
    public func uri(_ kind: Kind) -> String {
        switch kind {
        case .zenodo: "zenodo://127.0.0.1:\(port)/123"
        case .dataverse: "dataverse:127.0.0.1:\(port)/doi:10.5072/FK2/ABCDEF@1.0"
        case .archive: "archive://127.0.0.1:\(port)/item"
        }
    }

    /// The requests so far, in order.
    public var requests: [OriginRequest] { get async { await script.requests } }

    /// Serves the record in `folder` while `body` runs.
    public static func serving<Value: Sendable>(
        _ folder: FilePath, _ body: @Sendable (RecordServer) async throws -> Value
    ) async throws -> Value {
        try await OriginScript.serving("records.py", folder) {
            try await body(RecordServer(script: $0))
        }
    }
}
