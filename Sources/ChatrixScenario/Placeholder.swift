import Yams

enum Placeholder {}
