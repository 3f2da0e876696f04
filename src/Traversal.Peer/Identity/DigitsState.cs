namespace Traversal.Peer.Identity;

/// <summary>How far a comparison of digits is.</summary>
public enum DigitsState : byte
{
    /// <summary>Messages are still to come or to go.</summary>
    Running = 0,

    /// <summary>The digits are there, for the two people to compare.</summary>
    Ready,

    /// <summary>The other side sent what it may not: nothing is to be compared, and whoever goes on begins anew.</summary>
    Failed,
}
