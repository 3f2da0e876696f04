namespace Traversal.Load.Engine;

/// <summary>What clients speak to the server; between server and peers it is UDP.</summary>
internal enum ClientTransport : byte
{
    Udp,
    Tcp,
}
