import ChatrixConformance
import ChatrixModel
import Testing

@Suite struct CoverageTests {
    @Test func everyIDNamedByACheckIsInTheCatalogue() {
        for check in Checks.all {
            for id in check.ids { #expect(Behaviour.named(id) != nil, "\(id) of \(check.title)") }
        }
    }

    @Test func checksHaveTitlesOfTheirOwn() {
        let names = Checks.all.map(\.description)
        #expect(Set(names).count == names.count)
    }

    @Test func everyRowHasACheckOrAReasonWhyItCannotBeObserved() {
        let missing = Behaviour.all.map(\.id).filter { Checks.naming($0).isEmpty && Unobservable.reasons[$0] == nil }
        #expect(missing.isEmpty, "no check names \(missing)")
    }

    @Test func atMostEightRowsCannotBeObserved() {
        #expect(Unobservable.reasons.count <= 8)
        for (id, reason) in Unobservable.reasons {
            #expect(Behaviour.named(id) != nil && !reason.isEmpty, "\(id)")
            #expect(Checks.naming(id).isEmpty, "\(id) has a check")
        }
    }
}
