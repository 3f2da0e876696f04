using System.Text;
using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>A proxy that makes TCP connections for its clients.</summary>
/// <param name="Kind">What it speaks.</param>
/// <param name="Address">Where it is.</param>
public sealed record ProxySettings(ProxyKind Kind, TransportAddress Address)
{
    /// <summary>The user name, if the proxy wants one: at most 255 bytes for SOCKS, as the password, and no colon for HTTP.</summary>
    public string? User { get; init; }

    /// <summary>The password. A proxy gets it in the clear: the connection to it is not encrypted.</summary>
    public string? Password { get; init; }

    // RFC 1929 section 2 has a byte for each length; RFC 7617 section 2 ends the name at the first colon.
    internal bool HasSayableCredentials => User!.Length > 0 && (Kind == ProxyKind.Http
        ? !User.Contains(':', StringComparison.Ordinal)
        : Encoding.UTF8.GetByteCount(User) <= byte.MaxValue && Encoding.UTF8.GetByteCount(Password ?? "") <= byte.MaxValue);

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Kind} {Address}{(User is null ? "" : " as " + User)}";
}
