import ChatrixModel

/// Every object of the backend by the number of its identifier: one counter for all kinds (D-04), so that a lookup is one
/// step into an array, however many objects there are.
struct Directory: Sendable {
    enum Kind: UInt8 {
        case removed, user, conversation, message, post, comment, report, story, notification, media, call
        /// One that only the admin endpoints see (D-98).
        case unsoundConversation
    }

    private struct Entry {
        var kind: Kind
        /// Of messages the place of their conversation, of all others the place in their own array.
        var index: UInt32
    }

    let prefix: UInt64
    private var entries: ContiguousArray<Entry> = []

    /// The first 12 digits of all identifiers are the low 48 bits of `seed`.
    init(seed: UInt64) {
        prefix = seed & 0xFFFF_FFFF_FFFF
    }

    /// Objects ever made.
    var count: Int { entries.count }

    /// Registers a new object and returns its number: 1, 2, 3, …
    mutating func add(_ kind: Kind, _ index: Int) -> UInt64 {
        entries.append(Entry(kind: kind, index: UInt32(index)))
        return UInt64(entries.count)
    }

    mutating func remove(_ number: UInt64) {
        entries[Int(number) - 1].kind = .removed
    }

    func id<E>(_ number: UInt64) -> ID<E> { ID(prefix: prefix, number: number) }

    /// The place of the object, or `nil` if there is no such object of this kind.
    func index<E>(of id: ID<E>, _ kind: Kind) -> Int? {
        guard id.prefix == prefix, id.number >= 1, id.number <= UInt64(entries.count) else { return nil }
        let entry = entries[Int(id.number) - 1]
        return entry.kind == kind ? Int(entry.index) : nil
    }
}
