namespace Traversal.Client.Network;

/// <summary>What an interface is.</summary>
public enum InterfaceKind : byte
{
    /// <summary>None of the others, or unknown.</summary>
    Other,

    /// <summary>This machine itself.</summary>
    Loopback,

    /// <summary>A cable, or what the system takes for one.</summary>
    Wired,

    /// <summary>Wi-Fi.</summary>
    Wireless,

    /// <summary>A mobile network.</summary>
    Cellular,

    /// <summary>A tunnel, as of a VPN.</summary>
    Tunnel,
}
