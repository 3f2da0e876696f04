namespace Traversal.Peer.Reliable.Recovery;

/// <summary>What a packet carried that has to come, if not with it then with another.</summary>
[Flags]
internal enum Carried : byte
{
    Nothing = 0,

    /// <summary>Bytes of its conversation, perhaps none.</summary>
    Data = 1,

    /// <summary>That they are the last ones.</summary>
    End = 2,

    /// <summary>That its conversation was given up.</summary>
    Reset = 4,

    /// <summary>How far the other side may write.</summary>
    Window = 8,

    /// <summary>That its conversation is no longer read.</summary>
    Stop = 16,

    /// <summary>How many conversations the other side may open.</summary>
    Conversations = 32,

    /// <summary>Filling, to find out if so long a packet passes; its loss says nothing about the network's load.</summary>
    LengthProbe = 64,

    /// <summary>Nothing but the wish for an answer.</summary>
    Ping = 128,
}
