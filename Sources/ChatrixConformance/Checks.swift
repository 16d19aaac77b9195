/// Every check, area by area in the order of the catalogue.
package enum Checks {
    package static let all: [Check] =
        register + login + refresh + authorization + me + profileUpdate + profile
        + createPost + getPost + feed + feedPages + createStory + storyFeed
        + ensure + conversations + messages + send + readMarking
        + mediaUpload + storageUpload + storageMultiple + storageFile + storagePreview + files
        + publications + publicationOrder + broker + contacts + follows + block + reports
        + notifications + calls + admin
        + errors + errorBodies + errorOrder + rateLimits + pagination + filters
        + localization + times + ids + wire + control + sockets
        + webhookEvents + webhookData + webhookDelivery
}
