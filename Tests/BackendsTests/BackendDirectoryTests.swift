import Backends
import SystemPackage
import Testing

@Suite("Backends are found by their executables")
struct BackendDirectoryTests {
    @Test("Built-in backends come first, then the others by name")
    func order() throws {
        let folder = try BackendFolder()
        for name in ["zebra", "first", "apple"] { try folder.add(name, get: "true") }
        #expect(folder.backends.map(\.name) == ["first", "apple", "zebra"])
    }

    @Test("A backend without an executable get does not exist")
    func incomplete() throws {
        let folder = try BackendFolder()
        try folder.write("pierdat-check-alone", "true")
        try folder.write("pierdat-check-plain", "true")
        try folder.write("pierdat-get-plain", "true", permissions: 0o644)
        #expect(folder.backends == [])
    }

    @Test("The first folder wins if two contain the same name")
    func folders() throws {
        let one = try BackendFolder()
        let two = try BackendFolder()
        try one.add("same", get: "true")
        try two.add("same", get: "true")
        try two.add("other", get: "true")
        let backends = BackendDirectory(folders: [one.path, two.path], builtIn: []).backends()
        #expect(backends.map(\.folder) == [two.path, one.path])
    }

    @Test("A missing folder contains no backends")
    func missingFolder() {
        #expect(BackendDirectory(folders: ["/nowhere"], builtIn: []).backends() == [])
    }
}
