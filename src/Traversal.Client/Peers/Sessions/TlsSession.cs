using System.Net.Security;
using Traversal.Peer.Identity;

namespace Traversal.Client.Peers;

/// <summary>A TLS session whose other side has the key of its certificate.</summary>
/// <param name="Stream">What goes in it.</param>
/// <param name="Certificate">The other side's.</param>
/// <param name="Protocol">The application protocol that the two have agreed on.</param>
internal sealed record TlsSession(SslStream Stream, PeerCertificate Certificate, string Protocol);
