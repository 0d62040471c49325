import CLibtorrent
import LinuxSystem
import SystemPackage

/// Whether a torrent's files exist, determined by stat(2) without reading them.
struct Presence: Equatable, Sendable {
    /// The number of wanted files.
    let fileCount: Int64
    /// The number of files that are missing, unreadable or too short.
    let absentFileCount: Int64
    /// The number of files that are longer than in the torrent, whose part is served all the same.
    var longFileCount: Int64 = 0
    /// Changes if any of the files is created, deleted, replaced or written to.
    let signature: UInt64
    /// What is wrong with the first bad file, on one line. nil if nothing is.
    let fault: String?

    /// True if all files are present, with their sizes.
    var isComplete: Bool { badFileCount == 0 }

    private var badFileCount: Int64 { absentFileCount + longFileCount }

    /// True if no file is present.
    var isEmpty: Bool { fileCount > 0 && absentFileCount == fileCount }

    /// What is wrong, as text. nil if nothing is.
    var complaint: String? {
        guard let fault else { return nil }
        return fileCount == 1
            ? fault
            : "\(badFileCount) of \(fileCount) files are missing or have the wrong size: \(fault)"
    }
}

extension TorrentParameters {
    /// Checks whether the files are in `folder`.
    func presence(in folder: FilePath) -> Presence {
        var presence = pierdat_presence()
        var error = pierdat_error()
        let isKnown = pierdat_params_presence(handle, folder.string, &presence, &error)
        let text = error.text.onOneLine
        return Presence(
            fileCount: presence.files,
            absentFileCount: isKnown ? presence.absent_files : presence.files,
            longFileCount: presence.long_files,
            signature: presence.signature, fault: text.isEmpty ? nil : text)
    }
}
