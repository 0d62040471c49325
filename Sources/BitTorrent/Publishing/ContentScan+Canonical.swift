import SystemPackage

extension ContentScan {
    /// The name of the folder of padding in the file list of a hybrid torrent (BEP 47).
    private static let paddingFolder: FilePath.Component = ".pad"

    /// Keeps only what a canonical torrent contains (docs/canonical-torrent.md). Returns the files
    /// that lose their attribute "executable". Throws if there is a link, or a name that is reserved
    /// for padding.
    mutating func makeCanonical() throws(TorrentError) -> [FilePath] {
        if let link = entries.first(where: { $0.link != nil }) {
            throw .invalid(
                "\(link.path) is a symbolic link: a canonical torrent contains only files. Remove the link, or replace it by what it points to"
            )
        }
        if let entry = entries.first(where: { Self.isPadding($0.path) }) {
            throw .invalid(
                "\(entry.path): the name \(Self.paddingFolder) is reserved for padding at the top of a canonical torrent: rename it"
            )
        }
        let executables = entries.filter(\.isExecutable).map(\.path)
        for index in entries.indices { entries[index].isExecutable = false }
        return executables
    }

    /// True for `.pad` at the top of the scanned folder, and for everything in it.
    private static func isPadding(_ path: FilePath) -> Bool {
        path.components.dropFirst().first == paddingFolder
    }
}
