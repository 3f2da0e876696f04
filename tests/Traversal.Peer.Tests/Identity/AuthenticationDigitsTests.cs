using Traversal.Peer.Identity;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Identity;

public sealed class AuthenticationDigitsTests
{
    private static readonly PeerId Anna = PeerId.Of("anna"u8), Bert = PeerId.Of("bert"u8), Mallory = PeerId.Of("mallory"u8);

    private readonly RandomSource _random = RandomSource.Seeded(7);

    [Fact]
    public void Both_sides_have_the_same_six_digits()
    {
        AuthenticationDigits anna = AuthenticationDigits.Begin(Anna, Bert, _random), bert = AuthenticationDigits.Answer(Bert, Anna, _random);

        Assert.Equal(3, Exchange(anna, bert));

        Assert.Equal(DigitsState.Ready, anna.State);
        Assert.Equal(DigitsState.Ready, bert.State);
        Assert.Matches("^[0-9]{6}$", anna.Digits);
        Assert.Equal(anna.Digits, bert.Digits);
    }

    [Fact]
    public void Whoever_sits_between_gives_the_two_different_digits()
    {
        int equal = 0;
        for (int run = 0; run < 1000; run++)
        {
            AuthenticationDigits anna = AuthenticationDigits.Begin(Anna, Mallory, _random), toAnna = AuthenticationDigits.Answer(Mallory, Anna, _random);
            AuthenticationDigits toBert = AuthenticationDigits.Begin(Mallory, Bert, _random), bert = AuthenticationDigits.Answer(Bert, Mallory, _random);
            Exchange(anna, toAnna);
            Exchange(toBert, bert);
            if (anna.Digits == bert.Digits) equal++;
        }

        Assert.True(equal <= 1, $"{equal} of 1000");
    }

    [Fact]
    public void A_number_other_than_the_committed_one_fails()
    {
        AuthenticationDigits anna = AuthenticationDigits.Begin(Anna, Bert, _random), bert = AuthenticationDigits.Answer(Bert, Anna, _random);
        byte[] message = new byte[AuthenticationDigits.MessageLength];
        anna.TryTakeMessage(message);
        bert.OnMessage(message);
        bert.TryTakeMessage(message);
        anna.OnMessage(message);
        anna.TryTakeMessage(message);
        message[5] ^= 1;

        bert.OnMessage(message);

        Assert.Equal(DigitsState.Failed, bert.State);
        Assert.Null(bert.Digits);
    }

    [Fact]
    public void The_number_is_not_shown_before_the_other_sides()
    {
        AuthenticationDigits anna = AuthenticationDigits.Begin(Anna, Bert, _random);
        byte[] message = new byte[AuthenticationDigits.MessageLength];

        Assert.True(anna.TryTakeMessage(message));
        Assert.False(anna.TryTakeMessage(message));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(0)]
    public void A_message_of_another_length_fails(int length)
    {
        AuthenticationDigits bert = AuthenticationDigits.Answer(Bert, Anna, _random);

        bert.OnMessage(new byte[length]);

        Assert.Equal(DigitsState.Failed, bert.State);
    }

    [Fact]
    public void A_message_out_of_turn_fails()
    {
        AuthenticationDigits anna = AuthenticationDigits.Begin(Anna, Bert, _random), bert = AuthenticationDigits.Answer(Bert, Anna, _random);

        anna.OnMessage(new byte[AuthenticationDigits.MessageLength]);
        bert.OnMessage(new byte[AuthenticationDigits.MessageLength]);
        bert.OnMessage(new byte[AuthenticationDigits.MessageLength]);

        Assert.Equal(DigitsState.Failed, anna.State);
        Assert.Equal(DigitsState.Failed, bert.State);
        Assert.False(anna.TryTakeMessage(new byte[AuthenticationDigits.MessageLength]));
    }

    [Fact]
    public void One_peer_alone_compares_nothing()
    {
        Assert.Throws<ArgumentException>(() => AuthenticationDigits.Begin(Anna, Anna, _random));
        Assert.Throws<ArgumentException>(() => AuthenticationDigits.Answer(default, Anna, _random));
        Assert.Throws<ArgumentException>(() => AuthenticationDigits.Begin(Anna, Bert, _random).TryTakeMessage(new byte[31]));
    }

    private static int Exchange(AuthenticationDigits one, AuthenticationDigits other)
    {
        byte[] message = new byte[AuthenticationDigits.MessageLength];
        for (int count = 0; ; count++)
        {
            if (one.TryTakeMessage(message)) other.OnMessage(message);
            else if (other.TryTakeMessage(message)) one.OnMessage(message);
            else return count;
        }
    }
}
