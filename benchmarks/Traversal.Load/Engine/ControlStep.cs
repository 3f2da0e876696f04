namespace Traversal.Load.Engine;

/// <summary>The requests that a client makes.</summary>
internal enum ControlStep : byte
{
    /// <summary>Allocate for UDP.</summary>
    Allocate,

    /// <summary>ChannelBind for the peer, or CreatePermission where data goes in indications. The same request refreshes it.</summary>
    Bind,

    /// <summary>Refresh with the server's lifetime.</summary>
    Refresh,

    /// <summary>Refresh with lifetime 0, which ends the allocation.</summary>
    Release,
}
