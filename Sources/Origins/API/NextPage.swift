/// The next page of a list, as a server names it (RFC 8288).
enum NextPage {
    /// The reference in `<REFERENCE>; rel="next"` of a Link field. nil if there is none.
    static func reference(inLink field: String) -> String? {
        for link in field.split(separator: ",") {
            guard let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"),
                start < end
            else { continue }
            let isNext = link[end...].split(separator: ";").contains { parameter in
                let words = parameter.filter { !$0.isWhitespace && $0 != "\"" }
                return words.lowercased() == "rel=next"
            }
            if isNext { return String(link[link.index(after: start)..<end]) }
        }
        return nil
    }
}
