import BitTorrent
import Digest
import SystemPackage

@testable import Origins

extension FuzzTarget {
    /// A URI of the Hub: no part of it leaves the repository, and what is printed to pin it is read again.
    static let hubURI = FuzzTarget("hub-uri") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let endpoint = try? RemoteURL("http://h:1/"),
            let uri = try? HubURI(text, endpoint: endpoint)
        else { return }
        let names = uri.path.split(separator: "/", omittingEmptySubsequences: false)
        let isFit = uri.path.isEmpty || names.allSatisfy { !["", ".", ".."].contains($0) }
        try BrokenPromise.unless(isFit, "the path is '\(uri.path)'")
        let commit = String(repeating: "a", count: 40)
        let again = try? HubURI(uri.pinned(to: commit), endpoint: endpoint)
        let isSame =
            again?.path.isIdentical(to: uri.path) == true && again?.repository == uri.repository
            && again?.kind == uri.kind && again?.revision == commit
        try BrokenPromise.unless(isSame, "'\(uri.pinned(to: commit))' is another place")
    }

    /// A URI of a registry: what is printed to pin it is read again.
    static let registryURI = FuzzTarget("registry-uri") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let uri = try? RegistryURI(text),
            let digest = ContentDigest(.sha256, bytes: [UInt8](repeating: 1, count: 32))
        else { return }
        let again = try? RegistryURI(uri.pinned(to: digest))
        let isSame =
            again?.repository == uri.repository && again?.server == uri.server
            && again?.digest == digest
        try BrokenPromise.unless(isSame, "'\(uri.pinned(to: digest))' is another place")
    }

    /// The URI of a record: its name is that of a folder, and what is printed to pin it is read again.
    static let recordURI = FuzzTarget("record-uri") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let uri = try? RecordURI(text) else { return }
        let place = uri.place
        try BrokenPromise.unless(
            (try? FileName(place.name)) != nil, "the name is '\(place.name)'")
        let again = try? RecordURI(place.uri)
        try BrokenPromise.unless(again?.place == place, "'\(place.uri)' is another place")
    }

    /// What a registry sends: the fields of its answers, and paths of files from it.
    static let registryAnswer = FuzzTarget("registry-answer") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        _ = RegistryChallenge(text)
        _ = NextPage.reference(inLink: text)
        _ = RegistryCredentials(json: bytes)
        guard let url = try? RemoteURL("http://h/f"), let name = try? FileName("name"),
            let digest = OriginDigest(gitBlob: String(repeating: "0", count: 40))
        else { return }
        let files = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            ManifestFile(path: String($0), size: 1, digest: digest, urls: [url])
        }
        guard let manifest = try? OriginManifest(name: name, root: .folder, files: files) else {
            return
        }
        for file in manifest.files {
            let path = manifest.path(of: file)
            let isFit =
                path.lexicallyNormalized() == path && path.components.count > 1 && path.isRelative
            try BrokenPromise.unless(isFit, "the path is '\(path)'")
        }
        try BrokenPromise.unless(
            Set(manifest.files.map { manifest.path(of: $0) }).count == files.count,
            "two files have one path")
    }
}
