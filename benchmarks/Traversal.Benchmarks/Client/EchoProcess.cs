using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Benchmarks.Client;

/// <summary>This program once more, as a peer that is not measured: an echo, and a TURN server that grants everything and sends ChannelData back.</summary>
internal static class EchoProcess
{
    public const string Option = "--relayed-socket-echo";

    private static readonly TransportAddress Relayed = TransportAddress.Parse("192.0.2.10:50000");

    public static Process Start(out int rawPort, out int turnPort)
    {
        string host = Environment.ProcessPath!;
        string[] assembly = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        Process process = Process.Start(new ProcessStartInfo(host, [.. assembly, Option]) 
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        int[] ports = [.. process.StandardOutput.ReadLine()!.Split(' ').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        (rawPort, turnPort) = (ports[0], ports[1]);
        return process;
    }

    /// <summary>Serves until standard input ends.</summary>
    public static int Run()
    {
        using Socket raw = Bind(), turn = Bind();
        Console.WriteLine($"{PortOf(raw)} {PortOf(turn)}");
        Serve(raw, static (_, length, _) => length);
        Serve(turn, Answer);
        Console.In.ReadToEnd();
        return 0;
    }

    private static void Serve(Socket socket, Func<byte[], int, SocketAddress, int> answer)
    {
        var thread = new Thread(() =>
        {
            byte[] buffer = new byte[2048];
            var client = new SocketAddress(AddressFamily.InterNetwork);
            while (true)
            {
                int length = answer(buffer, socket.ReceiveFrom(buffer, SocketFlags.None, client), client);
                socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, client);
            }
        }) { IsBackground = true };
        thread.Start();
    }

    private static int Answer(byte[] buffer, int length, SocketAddress client)
    {
        if (ChannelData.LooksLikeChannelData(buffer)) return length;
        if (StunMessage.TryParse(buffer.AsSpan(0, length).ToArray(), out StunMessage request) != StunParseStatus.Ok) return 0;

        TransportAddress.TryReadSocketAddress(client.Buffer.Span, out TransportAddress mapped);
        StunMessageWriter writer = StunMessageWriter.Answer(buffer, StunClass.SuccessResponse, in request);
        if (request.Method == StunMethod.Allocate) writer.AddXorAddress(StunAttributeType.XorRelayedAddress, in Relayed);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, in mapped);
        writer.AddLifetime(600);
        return writer.Finish();
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
