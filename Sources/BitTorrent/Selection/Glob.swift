/// A shell pattern for paths: `*` and `?` match anything except a slash, `[a-z]` and `[!a-z]` match
/// one character, and `**` between slashes matches any number of folders. A backslash escapes the
/// next character.
public struct Glob: Equatable, Sendable, CustomStringConvertible {
    /// As the user wrote it.
    public let description: String
    private let components: [Component]
    private let isAnchored: Bool

    fileprivate enum Component: Equatable {
        case anyFolders
        case name([Token])
    }

    fileprivate enum Token: Equatable {
        case anyCharacters
        case anyCharacter
        case character(Character)
        case oneOf([ClosedRange<Character>], isNegated: Bool)
    }

    /// nil if the pattern is empty.
    public init?(_ text: String) {
        let parts = Self.names(in: text).filter { $0 != "." }
        guard !parts.isEmpty else { return nil }
        description = text
        isAnchored = text.unicodeScalars.dropLast().contains("/")
        components = parts.map { $0 == "**" ? .anyFolders : .name(Self.tokens(of: $0)) }
    }

    /// True if the pattern matches the file at `path` or one of its folders. A pattern without a
    /// slash matches files and folders at any depth.
    public func matches(_ path: some StringProtocol) -> Bool {
        let names = Self.names(in: String(path)).map { Array($0) }
        if isAnchored { return Self.matches(components, names[...]) }
        return names.indices.contains { Self.matches(components, names[$0...]) }
    }

    /// Splits by scalars: a slash followed by a combining mark is a different Character.
    private static func names(in path: String) -> [Substring] {
        path.unicodeScalars.split(separator: "/").map { Substring($0) }
    }

    /// Backtracks only to the last `**`, so that matching is fast for any pattern.
    private static func matches(_ pattern: [Component], _ names: ArraySlice<[Character]>) -> Bool {
        var (component, name) = (pattern.startIndex, names.startIndex)
        var lastFolders: (component: Int, name: Int)?
        // The remaining names are below a matched folder.
        while component < pattern.endIndex {
            if pattern[component] == .anyFolders {
                component += 1
                guard component < pattern.endIndex else { return name < names.endIndex }
                lastFolders = (component, name)
            } else if name == names.endIndex {
                return false
            } else if pattern[component].matches(names[name]) {
                component += 1
                name += 1
            } else if let last = lastFolders {
                lastFolders = (last.component, last.name + 1)
                (component, name) = (last.component, last.name + 1)
            } else {
                return false
            }
        }
        return true
    }

    /// Backtracks only to the last `*`, so that matching is fast for any pattern.
    fileprivate static func matches(_ pattern: [Token], _ name: [Character]) -> Bool {
        var (token, character) = (pattern.startIndex, name.startIndex)
        var lastStar: (token: Int, character: Int)?
        while character < name.endIndex {
            if token < pattern.endIndex, pattern[token] == .anyCharacters {
                lastStar = (token, character)
                token += 1
            } else if token < pattern.endIndex, pattern[token].matches(name[character]) {
                token += 1
                character += 1
            } else if let star = lastStar {
                lastStar = (star.token, star.character + 1)
                (token, character) = (star.token + 1, star.character + 1)
            } else {
                return false
            }
        }
        return pattern[token...].allSatisfy { $0 == .anyCharacters }
    }

    private static func tokens(of text: Substring) -> [Token] {
        var tokens: [Token] = []
        var rest = text[...]
        while let first = rest.popFirst() {
            switch first {
            case "*": tokens.append(.anyCharacters)
            case "?": tokens.append(.anyCharacter)
            case "\\": tokens.append(.character(rest.popFirst() ?? "\\"))
            case "[": tokens.append(bracket(&rest) ?? .character("["))
            default: tokens.append(.character(first))
            }
        }
        return tokens
    }

    /// Parses the rest of a bracket expression. Returns nil and leaves `rest` unchanged if there is
    /// no `]`.
    private static func bracket(_ rest: inout Substring) -> Token? {
        var inside = rest
        let isNegated = inside.first == "!" || inside.first == "^"
        if isNegated { inside.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        while let low = inside.popFirst() {
            if low == "]", !ranges.isEmpty {
                rest = inside
                return .oneOf(ranges, isNegated: isNegated)
            }
            if inside.first == "-", let high = inside.dropFirst().first, high != "]" {
                inside.removeFirst(2)
                if low <= high { ranges.append(low...high) }
            } else {
                ranges.append(low...low)
            }
        }
        return nil
    }
}

extension Glob.Component {
    fileprivate func matches(_ name: [Character]) -> Bool {
        switch self {
        case .anyFolders: true
        case .name(let tokens): Glob.matches(tokens, name)
        }
    }
}

extension Glob.Token {
    fileprivate func matches(_ character: Character) -> Bool {
        switch self {
        case .anyCharacters: false
        case .anyCharacter: true
        case .character(let own): own == character
        case .oneOf(let ranges, let isNegated):
            ranges.contains { $0.contains(character) } != isNegated
        }
    }
}
