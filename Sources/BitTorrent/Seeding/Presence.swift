import CLibtorrent
import LinuxSystem
import SystemPackage

/// Whether the files of a torrent lie where they have to, as far as their status (stat(2)) tells: none of them
/// is read.
struct Presence: Equatable, Sendable {
    /// Files that are wanted.
    let fileCount: Int64
    /// The files that are missing, unreadable or too short.
    let absentFileCount: Int64
    /// Another number when any of the files comes, goes, is replaced, or is written to.
    let signature: UInt64
    /// What is wrong with the first one, on one line; nil if nothing is.
    let fault: String?

    /// Whether every file is there.
    var isComplete: Bool { absentFileCount == 0 }

    /// Whether none of the files is there.
    var isEmpty: Bool { fileCount > 0 && absentFileCount == fileCount }

    /// What is wrong, in words; nil if nothing is.
    var complaint: String? {
        guard let fault else { return nil }
        return fileCount == 1
            ? fault : "\(absentFileCount) of \(fileCount) files are missing or too short: \(fault)"
    }
}

extension TorrentParameters {
    /// Looks whether the files lie in `folder`.
    func presence(in folder: FilePath) -> Presence {
        var presence = pierdat_presence()
        var error = pierdat_error()
        let isKnown = pierdat_params_presence(handle, folder.string, &presence, &error)
        let text = error.text.onOneLine
        return Presence(
            fileCount: presence.files,
            absentFileCount: isKnown ? presence.absent_files : presence.files,
            signature: presence.signature, fault: text.isEmpty ? nil : text)
    }
}
