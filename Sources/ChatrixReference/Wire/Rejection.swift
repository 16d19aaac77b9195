import ChatrixModel

/// Carries a refusal out of the reading of a request; `ReferenceAPI` turns it into the answer.
struct Rejection: Error {
    let refusal: Refusal

    init(_ refusal: Refusal) { self.refusal = refusal }
}
