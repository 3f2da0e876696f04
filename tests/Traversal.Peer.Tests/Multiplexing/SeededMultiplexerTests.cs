using Traversal.Peer.Multiplexing;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Multiplexing;

/// <summary>
/// Runs that a number makes: two sides open, write, read, end, reset and stop as they like, and what they send is cut anywhere. What is read is what was
/// written, no side ever holds more than its windows, and in the end both have forgotten everything.
/// </summary>
public sealed class SeededMultiplexerTests
{
    private const int ByDefault = 300;

    [Fact]
    public void Bytes_ends_and_codes_come_as_they_were_sent_and_nothing_hangs()
    {
        long bytes = 0, resets = 0, stops = 0, closes = 0, datagrams = 0;
        for (int seed = 1; seed <= ByDefault * Soak.Factor; seed++)
        {
            using var run = new Run((ulong)seed);
            try
            {
                run.Go();
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"seed {seed}: {problem.Message}", problem);
            }

            bytes += run.Sides.Sum(side => side.Halves.Values.Sum(half => half.Read));
            resets += run.Sides.Sum(side => side.Halves.Values.Count(half => half.ResetTold));
            stops += run.Sides.Sum(side => side.Halves.Values.Count(half => half.IsStopped));
            datagrams += run.Sides.Sum(side => side.DatagramsTaken);
            if (run.Sides[0].HasClosed) closes++;
        }

        // That the runs are about something.
        Assert.True(bytes > 10_000_000 && resets > 1000 && stops > 1000 && closes > 20 && datagrams > 1000, $"{bytes} bytes, {resets} resets, {stops} stops, {closes} closes, {datagrams} datagrams");
    }

    private sealed class Run : IDisposable
    {
        private readonly RandomSource _random;
        private readonly MultiplexerOptions[] _options;
        private readonly List<byte>[] _pipes = [[], []];
        private readonly byte[] _buffer = new byte[64 * 1024];

        public Run(ulong seed)
        {
            _random = RandomSource.Seeded(seed);
            _options = [RandomOptions(isInitiator: true), RandomOptions(isInitiator: false)];
            Sides = [new ModelSide("one", new Multiplexer(_options[0]), _random), new ModelSide("other", new Multiplexer(_options[1]), _random)];
        }

        public ModelSide[] Sides { get; }

        public void Go()
        {
            int steps = 50 + _random.Next(1500), helloAt = _random.Next(50);
            bool closes = _random.Next(8) == 0;
            for (int step = 0; step < steps; step++)
            {
                if (step == helloAt) Sides[0].Multiplexer.SendHello("first"u8);
                if (step == 49 - helloAt) Sides[1].Multiplexer.SendHello("second"u8);
                int side = _random.Next(2);
                switch (_random.Next(4))
                {
                    case 0:
                        Take(side);
                        break;
                    case 1:
                        Deliver(side, 1 + _random.Next(_random.Next(2) == 0 ? 20 : 50_000));
                        break;
                    default:
                        Sides[side].Act();
                        break;
                }

                if (_random.Next(3) == 0) Sides[side].TakeEvents();
                CheckBounds();
            }

            if (closes) Close();
            else Settle();
        }

        public void Dispose()
        {
            foreach (ModelSide side in Sides) side.Multiplexer.Dispose();
        }

        private MultiplexerOptions RandomOptions(bool isInitiator) => new()
        {
            IsInitiator = isInitiator,
            MaxStreams = 4 + _random.Next(20),
            StreamWindow = 16 * 1024 + _random.Next(50_000),
            ConnectionWindow = 64 * 1024 + _random.Next(100_000),
            SendBuffer = 1024 << _random.Next(7),
        };

        private bool Take(int from)
        {
            if (_pipes[from].Count > 200_000) return false;

            bool isThere = Sides[from].Multiplexer.HasToSend;
            bool isTaken = Sides[from].Multiplexer.TryTakeTransmit(_buffer.AsSpan(0, Multiplexer.MinTransmitLength + _random.Next(40_000)), out int length);
            Assert.Equal(isThere, isTaken);
            _pipes[from].AddRange(_buffer.AsSpan(0, length));
            return isTaken;
        }

        private bool Deliver(int from, int most)
        {
            List<byte> pipe = _pipes[from];
            int length = Math.Min(most, pipe.Count);
            Sides[1 - from].Multiplexer.OnBytes(pipe.Take(length).ToArray());
            pipe.RemoveRange(0, length);
            return length > 0;
        }

        private void CheckBounds()
        {
            for (int side = 0; side < 2; side++)
            {
                Multiplexer multiplexer = Sides[side].Multiplexer;
                Assert.True(multiplexer.CloseReason != MultiplexerCloseReason.ProtocolViolation, "a violation");
                long unread = 0, opened = Sides[side].Halves.Values.LongCount(half => half.Stream.Id % 2 != side && !half.Stream.IsOver);
                Assert.True(opened <= _options[side].MaxStreams, "too many streams");
                foreach (ModelSide.Half half in Sides[side].Halves.Values)
                {
                    Assert.True(half.Stream.ReadableLength <= _options[side].StreamWindow, "the window of a stream");
                    unread += half.Stream.ReadableLength;
                }

                Assert.True(unread <= _options[side].ConnectionWindow, "the window of the connection");
            }
        }

        private void Settle()
        {
            // Each round moves something or nothing ever will.
            for (int quiet = 0; quiet < 3; quiet++)
            {
                for (int side = 0; side < 2; side++)
                {
                    Sides[side].TakeEvents();
                    Sides[side].Settle();
                    if (Take(side) | Deliver(side, int.MaxValue)) quiet = -1;
                    CheckBounds();
                }
            }

            foreach (ModelSide side in Sides)
            {
                Assert.True(side.Unsettled is null, side.Unsettled);
                Assert.True(side.Multiplexer.IsDrained && !side.Multiplexer.HasToSend && !side.Multiplexer.IsClosed, $"{side.Name} is not idle");
                Assert.Equal(0, side.Multiplexer.StreamCount);
            }

            Compare(Sides[0], Sides[1]);
            Compare(Sides[1], Sides[0]);
        }

        private static void Compare(ModelSide writer, ModelSide reader)
        {
            foreach ((long id, ModelSide.Half written) in writer.Halves)
            {
                ModelSide.Half read = reader.Halves[id];
                string what = $"{writer.Name}, stream {id}";
                if (read.Stream.PeerResetCode is { } code)
                {
                    Assert.True(code == written.ResetCode && (read.ResetTold || read.IsStopped), $"{what}: reset with {code} instead of {written.ResetCode}");
                }
                else if (!read.IsStopped)
                {
                    Assert.True(read.Stream.IsAtEnd && read.Read == written.Written, $"{what}: {read.Read} of {written.Written}");
                }
            }
        }

        private void Close()
        {
            int by = _random.Next(2);
            Sides[by].Multiplexer.Close(MultiplexerCloseReason.Application, 77);
            for (int quiet = 0; quiet < 3; quiet++)
            {
                if (Take(by) | Deliver(by, 1 + _random.Next(10_000))) quiet = -1;
            }

            foreach (ModelSide side in Sides)
            {
                side.TakeEvents();
                side.Settle();
                side.Act();
                Assert.Equal((MultiplexerCloseReason.Application, 77, side != Sides[by]), (side.Multiplexer.CloseReason, side.Multiplexer.CloseCode, side.Multiplexer.IsClosedByPeer));
                Assert.True(side.HasClosed && !side.Multiplexer.HasToSend);
            }
        }
    }
}
