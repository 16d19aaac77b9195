extension CoverageTable {
    static let stories = #"""
        STORIES-CREATE-01 | createStory ok
        STORIES-CREATE-02 | createStory ok
        STORIES-CREATE-03 | createStory ok +caption
        STORIES-CREATE-04 | createStory ok +mentions
        STORIES-CREATE-05 | createStory ok +location
        STORIES-CREATE-06 | createStory ok -expires_in | createStory ok +expires_in
        STORIES-CREATE-07 | createStory ok +mentions | createStory !invalidField(mentions)
        STORIES-CREATE-08 | createStory ok +expires_in | createStory !invalidField(expires_in)
        STORIES-CREATE-09 | createStory 400 media*>1
        STORIES-CREATE-10 | createStory ok
        STORIES-CREATE-11 | createStory ok
        STORIES-CREATE-12 | createStory ok
        STORIES-CREATE-13 | createStory ok
        STORIES-CREATE-14 | createStory ok -expires_in
        STORIES-CREATE-15 | createStory ok +expires_in
        STORIES-CREATE-16 | createStory ok -caption | createStory ok +mentions | createStory ok +location
        STORIES-CREATE-17 | createStory 400
        STORIES-CREATE-18 | createStory 400 media*=0
        STORIES-CREATE-19 | createStory 401
        STORIES-CREATE-20 | createStory !fileTooLarge
        STORIES-FEED-01 | storyFeed ok
        STORIES-FEED-02 | storyFeed ok
        STORIES-FEED-03 | storyFeed ok items
        STORIES-FEED-04 | storyFeed ok items
        STORIES-FEED-05 | storyFeed ok items
        STORIES-FEED-06 | storyFeed ok items
        STORIES-FEED-07 | storyFeed ok items
        STORIES-FEED-08 | storyFeed ok items
        STORIES-FEED-09 | storyFeed ok afterExpiry
        STORIES-FEED-10 | storyFeed ok pendingFollow | storyFeed ok hasStories | storyFeed ok afterBlock
        STORIES-FEED-11 | storyFeed ok severalItems
        STORIES-FEED-12 | storyFeed ok
        STORIES-FEED-13 | storyFeed ok items
        STORIES-FEED-14 | storyFeed 401
        """#
}
