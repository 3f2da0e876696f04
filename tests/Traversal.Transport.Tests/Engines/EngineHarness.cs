using System.Net;
using System.Net.Sockets;
using System.Text;
using Traversal.Primitives;

namespace Traversal.Transport.Tests.Engines;

/// <summary>An engine under test, and the few steps that most stories are made of.</summary>
internal sealed class EngineHarness : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    public static readonly TransportAddress AnyPort = TransportAddress.Parse("127.0.0.1:0");

    public EngineHarness(EngineKind kind, DatagramEngineOptions? options = null)
    {
        Engine = DatagramEngine.Create(kind, options ?? new DatagramEngineOptions { MaxSockets = 2_048 });
    }

    public DatagramEngine Engine { get; }

    public (SocketId Id, TransportAddress Address) Open(SocketRole role = SocketRole.Relay, TransportAddress? local = null)
    {
        bool opened = Engine.TryOpen(local ?? AnyPort, role, out SocketId id, out TransportAddress bound, out OpenFailure failure);
        Assert.True(opened, failure.ToString());
        return (id, bound);
    }

    public OpenFailure FailToOpen(TransportAddress local, SocketRole role)
    {
        Assert.False(Engine.TryOpen(local, role, out SocketId id, out _, out OpenFailure failure));
        Assert.True(id == SocketId.None);
        return failure;
    }

    /// <summary>A socket of the test's own, for the other end.</summary>
    public static (Socket Socket, TransportAddress Address) OpenPeer(string local = "127.0.0.1:0")
    {
        var endPoint = TransportAddress.Parse(local).ToIPEndPoint();
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        socket.Bind(endPoint);
        return (socket, TransportAddress.From((IPEndPoint)socket.LocalEndPoint!));
    }

    /// <summary>Makes a datagram in a reserved slot.</summary>
    public Datagram Write(SocketId via, TransportAddress destination, ReadOnlySpan<byte> bytes)
    {
        Assert.True(Engine.TryReserve(out int start));
        bytes.CopyTo(Engine.Slab[start..]);
        return new Datagram(via, start, bytes.Length, destination);
    }

    public void Send(SocketId via, TransportAddress destination, ReadOnlySpan<byte> bytes) =>
        Engine.Send([Write(via, destination, bytes)]);

    public void Send(SocketId via, TransportAddress destination, string text) => Send(via, destination, Encoding.ASCII.GetBytes(text));

    /// <summary>Receives until there are so many datagrams, or patience ends.</summary>
    public List<(SocketId Socket, TransportAddress Remote, byte[] Bytes)> ReceiveAtLeast(int count)
    {
        var received = new List<(SocketId, TransportAddress, byte[])>();
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (received.Count < count && Environment.TickCount64 < deadline)
        {
            foreach (ref readonly Datagram datagram in Engine.Receive(TimeSpan.FromMilliseconds(100)))
            {
                received.Add((datagram.Socket, datagram.Remote, Engine.Slab.Slice(datagram.Start, datagram.Length).ToArray()));
            }
        }

        Assert.True(received.Count >= count, $"{received.Count} of {count} datagrams came.");
        return received;
    }

    public string ReceiveText() => Encoding.ASCII.GetString(Assert.Single(ReceiveAtLeast(1)).Bytes);

    public static string ReceiveText(Socket peer)
    {
        byte[] buffer = new byte[65_535];
        return Encoding.ASCII.GetString(buffer.AsSpan(0, peer.Receive(buffer)));
    }

    public void Dispose() => Engine.Dispose();
}
