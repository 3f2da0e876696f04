using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary><c>--relay-address IP=auto</c> asks a STUN server what the address is outside.</summary>
public sealed class ExternalAddressTests
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_external_address_is_what_the_STUN_server_says()
    {
        using var stun = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stun.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Task answering = AnswerAsync(stun, IPAddress.Parse("198.51.100.7"));

        await using ChildProcess server = Start(((IPEndPoint)stun.LocalEndPoint!).Port);
        await server.WaitForOutputAsync(lines => lines.Any(line => line.EndsWith("on 127.0.0.1, known as 198.51.100.7", StringComparison.Ordinal)), StartLimit);
        await answering.WaitAsync(StartLimit);
    }

    [Fact]
    public async Task An_answer_of_the_other_family_ends_the_start()
    {
        using var stun = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stun.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Task answering = AnswerAsync(stun, IPAddress.Parse("2001:db8::7"));

        await using ChildProcess server = Start(((IPEndPoint)stun.LocalEndPoint!).Port);

        UsageTests.AssertOneLine(1, "--relay-address 127.0.0.1=auto", await server.WaitForExitAsync(StartLimit));
        await answering.WaitAsync(StartLimit);
    }

    private static ChildProcess Start(int stunPort) => TraversalBinary.Start(
        "serve", "--listen", $"udp://127.0.0.1:{LoopbackPorts.Find()}", "--http", "off", "--relay-address", "127.0.0.1=auto", "--stun-server", $"127.0.0.1:{stunPort}");

    private static async Task AnswerAsync(Socket stun, IPAddress mapped)
    {
        byte[] request = new byte[1500];
        SocketReceiveFromResult received = await stun.ReceiveFromAsync(request, new IPEndPoint(IPAddress.Any, 0));
        await stun.SendToAsync(Answer(request.AsSpan(0, received.ReceivedBytes), mapped), received.RemoteEndPoint);
    }

    // A Binding success response with an old MAPPED-ADDRESS, which hides nothing (RFC 8489 sections 5 and 14.1).
    private static byte[] Answer(ReadOnlySpan<byte> request, IPAddress mapped)
    {
        byte[] address = mapped.GetAddressBytes();
        byte[] answer = new byte[28 + address.Length];
        BinaryPrimitives.WriteUInt16BigEndian(answer, 0x0101);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2), (ushort)(answer.Length - 20));
        request[4..20].CopyTo(answer.AsSpan(4));
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(20), 0x0001);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(22), (ushort)(4 + address.Length));
        answer[25] = (byte)(address.Length == 4 ? 1 : 2);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(26), 4567);
        address.CopyTo(answer, 28);
        return answer;
    }
}
