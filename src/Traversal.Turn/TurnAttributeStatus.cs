namespace Traversal.Turn;

/// <summary>What was found when an attribute was looked for.</summary>
public enum TurnAttributeStatus : byte
{
    /// <summary>The message does not have it.</summary>
    Absent,

    /// <summary>It is there and its value was read.</summary>
    Present,

    /// <summary>It is there, with a value of the wrong length or kind.</summary>
    Malformed,
}
