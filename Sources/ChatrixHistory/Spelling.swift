/// Help for people who mistyped a word.
package enum Spelling {
    /// The candidate with the fewest edits (insertion, deletion, substitution, swap of neighbours), the first of equals;
    /// `nil` if every candidate differs in more than a third of its characters, but two edits are always forgiven in
    /// words of at least four.
    package static func nearest(to word: String, in candidates: [String]) -> String? {
        let target = Array(word.lowercased().unicodeScalars.prefix(200))
        var best: (word: String, edits: Int)?
        for candidate in candidates {
            let edits = distance(target, Array(candidate.lowercased().unicodeScalars))
            let length = max(candidate.unicodeScalars.count, target.count)
            let allowed = max(length / 3, length >= 4 ? 2 : 1)
            if edits <= allowed, edits < best?.edits ?? .max { best = (candidate, edits) }
        }
        return best?.word
    }

    /// Optimal string alignment, in O(a.count · b.count).
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var edits = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { edits = min(edits, beforeLast[j - 1] + 1) }
                row.append(edits)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
