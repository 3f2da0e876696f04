using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Traversal.Stun;

namespace Traversal.Client.Tests;

/// <summary>A UDP socket that answers each request as a test says.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Script _script;
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ScriptedServer(Script script)
    {
        _script = script;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = RunAsync();
    }

    public delegate void Script(StunMessage request, Action<byte[]> reply);

    /// <summary>Completes when it is asked.</summary>
    public Task FirstRequest => _first.Task;

    /// <summary>Whom it was asked by, in the order of asking.</summary>
    public ConcurrentQueue<EndPoint> Clients { get; } = new();

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public void Dispose() => _socket.Dispose();

    private async Task RunAsync()
    {
        byte[] buffer = new byte[1500];
        try
        {
            while (true)
            {
                SocketReceiveFromResult arrival = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                Answer(buffer.AsSpan(0, arrival.ReceivedBytes), arrival.RemoteEndPoint);
            }
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private void Answer(ReadOnlySpan<byte> datagram, EndPoint client)
    {
        if (StunMessage.TryParse(datagram, out StunMessage request) != StunParseStatus.Ok) return;
        Clients.Enqueue(client);
        _first.TrySetResult();
        _script(request, answer => _socket.SendTo(answer, client));
    }
}
