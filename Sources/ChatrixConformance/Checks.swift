/// Every check, area by area in the order of the catalogue.
package enum Checks {
    package static let all: [Check] =
        register + login + refresh + authorization + me + profile
        + ensure + conversations + messages + send + readMarking
        + publications + publicationOrder + broker + follows + block
        + errors + errorBodies + errorOrder + rateLimits + pagination + filters
        + localization + times + ids + wire + control
}
