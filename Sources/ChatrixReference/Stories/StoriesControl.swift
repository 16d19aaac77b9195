import ChatrixModel

/// The control commands of stories (D-100).
extension ReferenceAPI {
    mutating func carryOutStories(
        _ command: ControlCommand, _ fields: ControlFields, at time: Timestamp
    ) throws(Refusal) -> [UInt8] {
        guard let id = StoryID(try fields.requiredText("story_id")) else { throw Refusal.invalidField("story_id") }
        guard let story = backend.storyIndex(id) else { throw Refusal.storyNotFound }
        publish(
            command == .storyView
                ? try backend.viewStory(story, by: try user(fields, "user_id"), at: time)
                : backend.deleteStory(story, at: time))
        return ControlFields.emptyAnswer
    }
}
