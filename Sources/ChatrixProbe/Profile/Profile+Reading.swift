import ChatrixConformance
import ChatrixHistory
import ChatrixModel
import ChatrixScenario
import Yams

extension Profile {
    /// Reads a profile file; throws every fault that it has. Knobs that it does not name stay as they are in `base`.
    package init(contentsOf path: String, over base: Knobs = Knobs()) throws(InputError) {
        try self.init(parsing: try FileReader.bytes(of: path, expecting: "a profile file"), file: path, over: base)
    }

    /// Reads the text of a profile file; `file` is named in the error.
    package init(parsing bytes: [UInt8], file: String, over base: Knobs = Knobs()) throws(InputError) {
        self = try FileReader.read(bytes, file: file, expecting: "a profile") { $0.profile($1, over: base) }
    }
}

extension FileReader {
    private static let profileKeys =
        [
            KeyDeclaration("name", .text(100), required: true, "What reports call it."),
            KeyDeclaration("waive", .nested("a list of {id, reason}"), "Rows that are known not to hold."),
        ] + Knob.all.map { KeyDeclaration($0.name, .nested($0.values.expected), $0.summary) }

    private static let waiverKeys = [
        KeyDeclaration("id", .text(60), required: true, "Id of the row."),
        KeyDeclaration("reason", .text(500), required: true, "Why it may not hold."),
    ]

    fileprivate mutating func profile(_ root: Yams.Node, over base: Knobs) -> Profile {
        var profile = Profile(knobs: base)
        guard let values = declared(root, of: "a profile", keys: Self.profileKeys) else { return profile }
        profile.name = values.text("name")
        if let node = values.nodes["waive"] { profile.waivers = waivers(node) }
        for knob in Knob.all {
            if let node = values.nodes[knob.name] { set(knob, node, in: &profile.knobs) }
        }
        return profile
    }

    private mutating func set(_ knob: Knob, _ node: Yams.Node, in knobs: inout Knobs) {
        guard let text = node.scalar?.string else {
            return report(node, "'\(knob.name)' must be \(knob.values.expected), not \(describe(node))")
        }
        guard !knob.set(text, in: &knobs) else { return }
        var remedy = ""
        if case .words(let words) = knob.values, let nearest = Spelling.nearest(to: text, in: words) {
            remedy = "; did you mean '\(nearest)'?"
        }
        report(node, "'\(knob.name)' must be \(knob.values.expected), not \(describe(node))\(remedy)")
    }

    private mutating func waivers(_ node: Yams.Node) -> [Profile.Waiver] {
        guard let elements = list(node, of: "'waive'") else { return [] }
        var waivers: [Profile.Waiver] = []
        for element in elements {
            guard let values = declared(element, of: "a waiver", keys: Self.waiverKeys), let id = values.text("id"),
                let reason = values.text("reason"), let idNode = values.nodes["id"]
            else { continue }
            if Behaviour.named(id) == nil {
                let nearest = Spelling.nearest(to: id, in: Behaviour.all.map(\.id))
                report(
                    idNode,
                    "unknown id '\(FileReader.excerpt(id))'"
                        + (nearest.map { "; did you mean '\($0)'?" } ?? "; see 'chatrix-sim behaviours'"))
            } else if waivers.contains(where: { $0.id == id }) {
                report(idNode, "'\(id)' is waived twice")
            } else {
                waivers.append(Profile.Waiver(id: id, reason: reason))
            }
        }
        return waivers
    }
}

extension Knob.Values {
    /// What a message says that the value has to be.
    fileprivate var expected: String {
        switch self {
        case .words(let words): "one of \(words.joined(separator: ", "))"
        case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .pathPrefix: "a path such as /api"
        }
    }
}
