/// LOCALE: the languages of `message` (D-11).
package enum Language: Sendable, Hashable, CaseIterable {
    case english
    case indonesian

    /// Reads an `Accept-Language` value: the supported range of the highest quality, in header order among equals;
    /// English for `*`, for no match and for a malformed value.
    package init(acceptLanguage value: String?) {
        guard let value else {
            self = .english
            return
        }
        var best: (language: Language, quality: Int)?
        for range in value.split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.trimmingSpaces }
            guard let tag = parts.first, let quality = Language.qualityThousandths(parts.dropFirst()) else {
                self = .english
                return
            }
            let candidate: Language? =
                switch tag.split(separator: "-").first?.lowercased() {
                case "en": .english
                case "id": .indonesian
                default: nil
                }
            if let candidate, quality > 0, quality > best?.quality ?? 0 { best = (candidate, quality) }
        }
        self = best?.language ?? .english
    }

    /// 0…1000; `nil` if a parameter is no quality value.
    private static func qualityThousandths(_ parameters: some Sequence<Substring>) -> Int? {
        var quality = 1000
        for parameter in parameters {
            let parts = parameter.split(separator: "=", maxSplits: 1).map { $0.trimmingSpaces }
            guard parts.count == 2, parts[0].lowercased() == "q", let value = Double(parts[1]), (0...1).contains(value)
            else { return nil }
            quality = Int((value * 1000).rounded())
        }
        return quality
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
